#include "userspace/gpio/lines.h"

#include <gpiod.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

namespace pi_ring {
namespace {

constexpr const char* kConsumer = "pi-ring";
constexpr size_t kMostLines = 32;  // bits in a set of values

using Chip = std::unique_ptr<gpiod_chip, decltype(&gpiod_chip_close)>;

Chip open_chip(const std::string& path) {
  return {gpiod_chip_open(path.c_str()), gpiod_chip_close};
}

[[noreturn]] void throw_errno(int error) {
  throw std::system_error(error, std::generic_category());
}

bool bit(uint32_t values, size_t index) { return (values >> index & 1U) != 0; }

std::string gpio_of(unsigned line, const GpioChip& chip) {
  return "GPIO " + std::to_string(line) + " of " + chip.label;
}

}  // namespace

#ifdef GPIOD_LINE_BULK_MAX_LINES  // libgpiod 1.6

namespace {

std::string label_of(gpiod_chip* chip) { return gpiod_chip_label(chip); }

// The name of the line's user; empty if it has none.
std::string user_of(gpiod_chip* chip, unsigned line) {
  gpiod_line* found = gpiod_chip_get_line(chip, line);
  if (found == nullptr || !gpiod_line_is_used(found)) return "";
  const char* consumer = gpiod_line_consumer(found);
  return consumer == nullptr ? "the kernel" : consumer;
}

int pull_flag(Pull pull) {
  switch (pull) {
    case Pull::kNone:
      return GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case Pull::kPullUp:
      return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case Pull::kPullDown:
      return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    default:
      return 0;
  }
}

}  // namespace

struct GpioLines::Request {
  Chip chip;
  gpiod_line_bulk bulk = GPIOD_LINE_BULK_INITIALIZER;

  Request(Chip opened, std::span<const unsigned> lines, Pull pull)
      : chip(std::move(opened)) {
    std::array<unsigned, kMostLines> offsets{};
    std::ranges::copy(lines, offsets.begin());
    const gpiod_line_request_config config{
        .consumer = kConsumer,
        .request_type = GPIOD_LINE_REQUEST_DIRECTION_INPUT,
        .flags = pull_flag(pull)};
    if (gpiod_chip_get_lines(chip.get(), offsets.data(),
                             static_cast<unsigned>(lines.size()), &bulk) < 0 ||
        gpiod_line_request_bulk(&bulk, &config, nullptr) < 0) {
      throw_errno(errno);
    }
  }
  ~Request() { gpiod_line_release_bulk(&bulk); }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  std::array<int, kMostLines> spread(uint32_t values) const {
    std::array<int, kMostLines> spread{};
    for (size_t i = 0; i < bulk.num_lines; ++i) spread[i] = bit(values, i);
    return spread;
  }

  bool listen(Pull pull) {
    return gpiod_line_set_config_bulk(&bulk, GPIOD_LINE_REQUEST_DIRECTION_INPUT,
                                      pull_flag(pull), nullptr) == 0;
  }
  bool drive(uint32_t values) {
    return gpiod_line_set_config_bulk(&bulk,
                                      GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, 0,
                                      spread(values).data()) == 0;
  }
  bool set(uint32_t values) {
    return gpiod_line_set_value_bulk(&bulk, spread(values).data()) == 0;
  }
  bool get(uint32_t& levels) {
    std::array<int, kMostLines> values{};
    if (gpiod_line_get_value_bulk(&bulk, values.data()) < 0) return false;
    levels = 0;
    for (size_t i = 0; i < bulk.num_lines; ++i) {
      levels |= static_cast<uint32_t>(values[i] != 0) << i;
    }
    return true;
  }
};

#else  // libgpiod 2

namespace {

std::string label_of(gpiod_chip* chip) {
  const std::unique_ptr<gpiod_chip_info, decltype(&gpiod_chip_info_free)> info(
      gpiod_chip_get_info(chip), gpiod_chip_info_free);
  return info ? gpiod_chip_info_get_label(info.get()) : "";
}

// The name of the line's user; empty if it has none.
std::string user_of(gpiod_chip* chip, unsigned line) {
  const std::unique_ptr<gpiod_line_info, decltype(&gpiod_line_info_free)> info(
      gpiod_chip_get_line_info(chip, line), gpiod_line_info_free);
  if (!info || !gpiod_line_info_is_used(info.get())) return "";
  const char* consumer = gpiod_line_info_get_consumer(info.get());
  return consumer == nullptr ? "the kernel" : consumer;
}

gpiod_line_bias bias_of(Pull pull) {
  switch (pull) {
    case Pull::kNone:
      return GPIOD_LINE_BIAS_DISABLED;
    case Pull::kPullUp:
      return GPIOD_LINE_BIAS_PULL_UP;
    case Pull::kPullDown:
      return GPIOD_LINE_BIAS_PULL_DOWN;
    default:
      return GPIOD_LINE_BIAS_AS_IS;
  }
}

using Settings =
    std::unique_ptr<gpiod_line_settings, decltype(&gpiod_line_settings_free)>;
using Config =
    std::unique_ptr<gpiod_line_config, decltype(&gpiod_line_config_free)>;

}  // namespace

struct GpioLines::Request {
  std::vector<unsigned> offsets;
  gpiod_line_request* lines;

  Request(const Chip& chip, std::span<const unsigned> wanted, Pull pull)
      : offsets(wanted.begin(), wanted.end()) {
    const std::unique_ptr<gpiod_request_config,
                          decltype(&gpiod_request_config_free)>
        config(gpiod_request_config_new(), gpiod_request_config_free);
    if (!config) throw_errno(ENOMEM);
    gpiod_request_config_set_consumer(config.get(), kConsumer);
    lines = gpiod_chip_request_lines(
        chip.get(), config.get(),
        configure(GPIOD_LINE_DIRECTION_INPUT, bias_of(pull), 0).get());
    if (lines == nullptr) throw_errno(errno);
  }
  ~Request() { gpiod_line_request_release(lines); }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  Config configure(gpiod_line_direction direction, gpiod_line_bias bias,
                   uint32_t values) const {
    const Settings settings(gpiod_line_settings_new(),
                            gpiod_line_settings_free);
    Config config(gpiod_line_config_new(), gpiod_line_config_free);
    if (!settings || !config) throw std::bad_alloc();
    gpiod_line_settings_set_direction(settings.get(), direction);
    gpiod_line_settings_set_bias(settings.get(), bias);
    for (size_t i = 0; i < offsets.size(); ++i) {
      gpiod_line_settings_set_output_value(settings.get(), value(values, i));
      gpiod_line_config_add_line_settings(config.get(), &offsets[i], 1,
                                          settings.get());
    }
    return config;
  }

  static gpiod_line_value value(uint32_t values, size_t index) {
    return bit(values, index) ? GPIOD_LINE_VALUE_ACTIVE
                              : GPIOD_LINE_VALUE_INACTIVE;
  }

  bool listen(Pull pull) {
    return gpiod_line_request_reconfigure_lines(
               lines,
               configure(GPIOD_LINE_DIRECTION_INPUT, bias_of(pull), 0).get()) ==
           0;
  }
  bool drive(uint32_t values) {
    return gpiod_line_request_reconfigure_lines(
               lines, configure(GPIOD_LINE_DIRECTION_OUTPUT,
                                GPIOD_LINE_BIAS_AS_IS, values)
                          .get()) == 0;
  }
  bool set(uint32_t values) {
    std::array<gpiod_line_value, kMostLines> spread{};
    for (size_t i = 0; i < offsets.size(); ++i) spread[i] = value(values, i);
    return gpiod_line_request_set_values(lines, spread.data()) == 0;
  }
  bool get(uint32_t& levels) {
    std::array<gpiod_line_value, kMostLines> values{};
    if (gpiod_line_request_get_values(lines, values.data()) < 0) return false;
    levels = 0;
    for (size_t i = 0; i < offsets.size(); ++i) {
      levels |= static_cast<uint32_t>(values[i] == GPIOD_LINE_VALUE_ACTIVE)
                << i;
    }
    return true;
  }
};

#endif

std::vector<GpioChip> gpio_chips() {
  std::vector<GpioChip> chips;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator("/dev", none)) {
    const std::string path = file.path();
    if (!path.starts_with("/dev/gpiochip")) continue;
    if (const Chip chip = open_chip(path)) {
      chips.push_back({path, label_of(chip.get())});
    }
  }
  std::ranges::sort(chips, {}, &GpioChip::path);
  return chips;
}

GpioLines::GpioLines(const GpioChip& chip, std::span<const unsigned> lines,
                     Pull pull)
    : name_(gpio_of(lines.front(), chip)) {
  Chip opened = open_chip(chip.path);
  if (!opened) {
    throw GpioError(errno, chip.path + ": " + std::strerror(errno));
  }
  for (const unsigned line : lines) {
    if (const auto user = user_of(opened.get(), line); !user.empty()) {
      throw GpioError(EBUSY,
                      gpio_of(line, chip) + " is in use by \"" + user + "\"");
    }
  }
  try {
    request_ = std::make_unique<Request>(std::move(opened), lines, pull);
  } catch (const std::system_error& error) {
    throw GpioError(error.code().value(), name_ + ": " + error.what());
  }
}

GpioLines::~GpioLines() { request_->listen(Pull::kAsIs); }

void GpioLines::fail(const char* what) const {
  const int error = errno;
  throw GpioError(error,
                  name_ + ": cannot " + what + ": " + std::strerror(error));
}

void GpioLines::listen(Pull pull) {
  if (!request_->listen(pull)) fail("make it an input");
}

void GpioLines::drive(uint32_t values) {
  if (!request_->drive(values)) fail("make it an output");
}

void GpioLines::set(uint32_t values) {
  if (!request_->set(values)) fail("set it");
}

uint32_t GpioLines::levels() const {
  uint32_t levels = 0;
  if (!request_->get(levels)) fail("read it");
  return levels;
}

}  // namespace pi_ring
