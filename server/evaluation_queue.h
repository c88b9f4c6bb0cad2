// The calls that wait to be evaluated, in two lanes: questions of people pass batches. Each lane refuses what would
// wait too long, and does so before anything is charged or done for it.
#ifndef EXPOSURE_SERVER_EVALUATION_QUEUE_H_
#define EXPOSURE_SERVER_EVALUATION_QUEUE_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

namespace exposure::server {

// Elements of a call up to which it is a question; more are a batch. One person's numbers at all live epochs fit in.
inline constexpr size_t kMostOfQuestion = 16;
// Elements of questions that may wait for each thread: a quarter of a second at most, with four multiplications each.
inline constexpr size_t kQuestionsOfThread = 768;

// Thread-safe. Each lane first in, first out.
class EvaluationQueue {
  struct Lane;

 public:
  // A call's place in its lane, from when it is admitted until its work begins or the place is dropped. The queue
  // outlives it.
  class Place {
   public:
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    friend class EvaluationQueue;
    Place(EvaluationQueue& queue, Lane& lane, size_t elements) : queue_(queue), lane_(lane), elements_(elements) {}
    EvaluationQueue& queue_;
    Lane& lane_;
    const size_t elements_;
  };

  // `batched_elements` may wait in the lane of batches; what runs does not count.
  EvaluationQueue(int threads, size_t batched_elements);
  // Does what was accepted, then ends the threads.
  ~EvaluationQueue();

  // Returns OVERLOADED if the lane of such a call is full.
  absl::StatusOr<std::shared_ptr<const Place>> Admit(size_t elements);

  // Does `work` on a thread of its own: questions first, and a batch now and then.
  void Run(std::shared_ptr<const Place> place, std::function<void()> work);

  // Whether no question waits: then a thread that has one may as well do it itself.
  bool NobodyAsks();

  // Called by the work of a batch every few elements, so that nobody waits for the whole of it: does a few of the
  // questions that wait, on this thread.
  void LetQuestionsPass();

 private:
  struct Item {
    std::shared_ptr<const Place> place;
    std::function<void()> work;
  };
  struct Lane {
    const size_t most;  // elements
    size_t held = 0;    // elements of all places
    std::deque<Item> waiting = {};
  };

  static void Take(Lane& lane, Item& item);
  void Work();

  std::mutex mutex_;
  std::condition_variable changed_;
  Lane questions_;  // guarded by mutex_, like the rest but `most` and the threads
  Lane batches_;
  size_t questions_in_a_row_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_EVALUATION_QUEUE_H_
