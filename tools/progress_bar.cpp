#include "tools/progress_bar.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/text_table.h"

namespace roster::tools {

namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr std::size_t kBarCells = 24;

std::string bar(double fraction) {
  const auto filled = static_cast<std::size_t>(std::lround(fraction * kBarCells));
  std::string cells;
  for (std::size_t i = 0; i < kBarCells; ++i) cells += i < filled ? "━" : "╌";
  return cells;
}

}  // namespace

ProgressBar::ProgressBar(Console& console, std::string_view unit)
    : console_(console), unit_(unit), started_(std::chrono::steady_clock::now()), drawn_(started_ - kRedraw) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(std::uint64_t count, std::optional<double> fraction) {
  if (!console_.notesAreSeen()) return;
  const Time now = std::chrono::steady_clock::now();
  if (now - drawn_ < kRedraw) return;
  if (!first_) {
    first_ = {count, fraction.value_or(0)};
    started_ = now;
  }
  drawn_ = now;
  visible_ = true;
  console_.replaceLine(shorten(line(count, fraction, now), console_.width() - 1));
}

void ProgressBar::clear() {
  if (!visible_) return;
  visible_ = false;
  console_.replaceLine("");
}

std::string ProgressBar::line(std::uint64_t count, std::optional<double> fraction, Time now) const {
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::string text = fmt::format("{} {}", grouped(count), unit_);
  if (seconds > 0.5) {
    const double rate = static_cast<double>(count - first_->first) / seconds;
    text += fmt::format(", {} a second", grouped(static_cast<std::uint64_t>(rate)));
  }
  if (!fraction) return text;
  const double done = std::clamp(*fraction, 0.0, 1.0);
  const double gained = done - first_->second;
  if (seconds > 1 && gained > 0) text += fmt::format(", {} left", duration(seconds * (1 - done) / gained));
  return fmt::format("{} {:3.0f}%  {}", bar(done), 100 * done, text);
}

std::string duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace roster::tools
