#include "tests/tools/roster_process.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace roster::testing {

namespace {

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe makePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {ends[0], ends[1]};
}

pid_t start(std::vector<std::string> words, const std::string& input, int output, int notes) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, notes, STDERR_FILENO);
  pid_t id = -1;
  const int failed = ::posix_spawnp(&id, pointers.front(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words.front());
  return id;
}

int waitFor(pid_t id) {
  int status = 0;
  ::waitpid(id, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Both at once, so that neither fills up while the other is waited for.
void readAll(int first, std::string& firstText, int second, std::string& secondText) {
  pollfd streams[2] = {{first, POLLIN, 0}, {second, POLLIN, 0}};
  std::string* texts[2] = {&firstText, &secondText};
  for (int open = 2; open > 0;) {
    if (::poll(streams, 2, -1) < 0) continue;
    for (int i = 0; i < 2; ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      char buffer[65536];
      const ssize_t count = ::read(streams[i].fd, buffer, sizeof buffer);
      if (count > 0) {
        texts[i]->append(buffer, static_cast<std::size_t>(count));
      } else {
        streams[i].fd = -1;
        --open;
      }
    }
  }
}

}  // namespace

RosterProcess::RosterProcess(const std::vector<std::string>& words, const std::string& input) {
  std::vector<std::string> all = {ROSTER_BINARY};
  all.insert(all.end(), words.begin(), words.end());
  const Pipe output = makePipe();
  const Pipe notes = makePipe();
  id_ = start(std::move(all), input, output.write, notes.write);
  ::close(output.write);
  ::close(notes.write);
  output_ = output.read;
  notes_ = notes.read;
}

RosterProcess::~RosterProcess() {
  if (id_ > 0) {
    ::kill(id_, SIGKILL);
    waitFor(id_);
  }
  ::close(output_);
  ::close(notes_);
}

void RosterProcess::signal(int number) const { ::kill(id_, number); }

Ran RosterProcess::wait() {
  Ran ran;
  readAll(output_, ran.output, notes_, ran.notes);
  ran.exit = waitFor(std::exchange(id_, -1));
  return ran;
}

Ran runRoster(const std::vector<std::string>& words, const std::string& input) {
  return RosterProcess(words, input).wait();
}

Ran runInShell(const std::string& line, const std::string& directory) {
  const Pipe output = makePipe();
  const std::string tools = std::filesystem::path(ROSTER_BINARY).parent_path().string();
  const std::string script = "cd \"$1\" && export PATH=\"$2:$PATH\" && eval \"$3\" 2>&1";
  const pid_t id =
      start({"bash", "-c", script, "bash", directory, tools, line}, "/dev/null", output.write, output.write);
  ::close(output.write);
  Ran ran;
  std::string none;
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  readAll(output.read, ran.output, nothing, none);
  ::close(nothing);
  ::close(output.read);
  ran.exit = waitFor(id);
  return ran;
}

}  // namespace roster::testing
