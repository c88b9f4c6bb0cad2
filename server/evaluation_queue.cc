#include "server/evaluation_queue.h"

#include <utility>

#include "base/error.h"

namespace exposure::server {
namespace {

constexpr size_t kMostInARow = 32;  // questions before a batch that waits
constexpr int kMostThatPass = 4;    // questions: about as long as the elements of the batch between two askings

}  // namespace

EvaluationQueue::Place::~Place() {
  const std::lock_guard<std::mutex> lock(queue_.mutex_);
  lane_.held -= elements_;
}

EvaluationQueue::EvaluationQueue(int threads, size_t batched_elements)
    : questions_{.most = kQuestionsOfThread * static_cast<size_t>(threads)}, batches_{.most = batched_elements} {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

EvaluationQueue::~EvaluationQueue() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

absl::StatusOr<std::shared_ptr<const EvaluationQueue::Place>> EvaluationQueue::Admit(size_t elements) {
  Lane& lane = elements <= kMostOfQuestion ? questions_ : batches_;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (elements > lane.most - lane.held) {
    return Error(Reason::kOverloaded, "The service has too much to do. Try again in a moment.");
  }
  lane.held += elements;
  return std::shared_ptr<const Place>(new Place(*this, lane, elements));
}

void EvaluationQueue::Run(std::shared_ptr<const Place> place, std::function<void()> work) {
  {
    Lane& lane = place->lane_;
    const std::lock_guard<std::mutex> lock(mutex_);
    lane.waiting.push_back({std::move(place), std::move(work)});
  }
  changed_.notify_one();
}

bool EvaluationQueue::NobodyAsks() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return questions_.waiting.empty();
}

void EvaluationQueue::Take(Lane& lane, Item& item) {
  item = std::move(lane.waiting.front());
  lane.waiting.pop_front();
}

void EvaluationQueue::LetQuestionsPass() {
  for (int i = 0; i < kMostThatPass; ++i) {
    Item item;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (questions_.waiting.empty()) return;
      Take(questions_, item);
    }
    item.place.reset();
    item.work();
  }
}

void EvaluationQueue::Work() {
  for (;;) {
    Item item;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !questions_.waiting.empty() || !batches_.waiting.empty(); });
      const bool turn_of_batch = questions_.waiting.empty() || questions_in_a_row_ >= kMostInARow;
      if (turn_of_batch && !batches_.waiting.empty()) {
        questions_in_a_row_ = 0;
        Take(batches_, item);
      } else if (!questions_.waiting.empty()) {
        ++questions_in_a_row_;
        Take(questions_, item);
      } else {
        return;
      }
    }
    item.place.reset();
    item.work();
  }
}

}  // namespace exposure::server
