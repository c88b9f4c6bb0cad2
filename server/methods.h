// The methods that an access table can mention.
#ifndef EXPOSURE_SERVER_METHODS_H_
#define EXPOSURE_SERVER_METHODS_H_

#include <set>
#include <string>

namespace exposure::server {

// "exposure.v1.EvaluationService/Evaluate", for each rpc of our services, of health and of reflection.
const std::set<std::string, std::less<>>& Methods();

}  // namespace exposure::server

#endif  // EXPOSURE_SERVER_METHODS_H_
