#include "tests/support/child_process.h"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace roster {

namespace {

constexpr const char* kChannel = "ROSTER_TEST_CHANNEL";  // the file descriptor a child says its lines to

}  // namespace

ChildProcess::ChildProcess(const std::string& test, const std::map<std::string, std::string>& environment) {
  int said[2];
  int input[2];
  if (::pipe2(said, O_CLOEXEC) != 0 || ::pipe2(input, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  constexpr int kChildChannel = 200;
  std::vector<std::string> words = {"test", "--gtest_filter=" + test, "--gtest_also_run_disabled_tests"};
  std::vector<std::string> settings = {std::string(kChannel) + "=" + std::to_string(kChildChannel)};
  for (const auto& [name, value] : environment) settings.push_back(name + "=" + value);
  for (char** setting = environ; *setting != nullptr; ++setting) settings.emplace_back(*setting);
  const auto pointersTo = [](std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  };
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, said[1], kChildChannel);
  posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  // By its own name, since that is what the child is called in messages.
  const std::string binary = std::filesystem::read_symlink("/proc/self/exe").string();
  const int failed =
      ::posix_spawn(&id_, binary.c_str(), &actions, nullptr, pointersTo(words).data(), pointersTo(settings).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(said[1]);
  ::close(input[0]);
  said_ = said[0];
  input_ = input[1];
  if (failed != 0) throw std::runtime_error("cannot start a child process");
}

ChildProcess::~ChildProcess() {
  if (id_ > 0) kill();
  ::close(said_);
  ::close(input_);
}

void ChildProcess::say(const std::string& line) {
  const char* channel = std::getenv(kChannel);
  if (channel == nullptr) return;
  const std::string bytes = line + "\n";
  if (::write(std::atoi(channel), bytes.data(), bytes.size()) < 0) throw std::runtime_error("the parent is gone");
}

std::string ChildProcess::readLine() {
  std::string line;
  for (char next = 0; ::read(said_, &next, 1) == 1 && next != '\n';) line.push_back(next);
  return line;
}

void ChildProcess::kill() {
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  id_ = -1;
}

}  // namespace roster
