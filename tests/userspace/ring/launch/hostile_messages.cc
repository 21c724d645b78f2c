// Each begins as a valid message, so that it reaches deep, and has one fault.
#include "tests/userspace/ring/launch/hostile_messages.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

#include "model/base/random_numbers.h"
#include "tests/userspace/ring/train/hostile_plan.h"

namespace pi_ring {
namespace {

using nlohmann::json;

constexpr std::array<uint32_t, 14> kEdges = {
    0,   1,   2,   6,       31,          32,          33,
    127, 128, 129, 1 << 20, kMaxPayload, 0x7FFFFFFFU, 0xFFFFFFFFU,
};

class Source {
 public:
  Source(uint64_t number, const Hello& hello) : random_(number), hello_(hello) {
    static constexpr std::array kSorts = {
        &Source::plan,     &Source::damaged_text, &Source::rows,
        &Source::training, &Source::greeting,     &Source::words,
        &Source::stats,    &Source::noise,
    };
    (this->*kSorts[number % kSorts.size()])();
  }

  HostileMessages take() { return std::move(messages_); }

 private:
  size_t below(size_t count) { return random_.next() % count; }
  template <typename List>
  auto one_of(const List& list) {
    return list[below(std::size(list))];
  }

  void say(const std::string& what) { messages_.what += what + " "; }
  void add(const std::vector<std::byte>& bytes) {
    messages_.bytes.insert(messages_.bytes.end(), bytes.begin(), bytes.end());
  }

  std::string random_bytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_.next());
    return bytes;
  }

  // One field of the plan has another value.
  void plan() {
    json message = good_plan();
    const auto field = one_of(fields_of(message));
    std::vector<json> values = wrong_values();
    std::ranges::move(doubtful_values(), std::back_inserter(values));
    const json value = one_of(values);
    message[field] = value;
    say("kPlan: " + field.to_string() + " is " + value.dump());
    add(text_bytes(Kind::kPlan, message.dump()));
  }

  // JSON that is cut, deep, or no object, as a plan or as an order to save.
  void damaged_text() {
    const std::string whole = good_plan().dump();
    const std::string deep(1000 + below(50'000), '[');
    const std::array<std::string, 9> texts = {
        whole.substr(0, below(whole.size())),
        deep,
        R"({"plan": )" + deep,
        "null",
        "",
        "1e999",
        "\xFF\xFE" + whole,
        R"({"step": -1, "write": true, "errors": []})",
        R"({"step": 1e30, "write": true, "errors": [[[]]]})"};
    const std::string text = one_of(texts);
    say("JSON: " + text.substr(0, 60));
    const bool is_save = below(2) == 0;
    if (is_save) add(text_bytes(Kind::kPlan, whole));
    add(text_bytes(is_save ? Kind::kSave : Kind::kPlan, text));
  }

  // A message of a text, with one field of its header damaged.
  void rows() {
    Header header;
    header.kind = below(2) == 0 ? Kind::kPrefill : Kind::kForward;
    header.format = RowFormat::kF32;
    header.sequence = 2;  // the text before had two chunks
    header.position = 40;
    header.rows = static_cast<uint32_t>(1 + below(2));
    header.width = static_cast<uint32_t>(victim_config().dim);
    damage(header);
    const std::string payload = random_bytes(
        std::min<size_t>(header.payload, size_t{4} * header.rows * 16));
    add(message_bytes(header, payload));
  }

  // After a plan that is accepted, a message with one field damaged.
  void training() {
    add(text_bytes(Kind::kPlan, good_plan().dump()));
    Header header;
    header.kind = one_of(std::array{Kind::kStep, Kind::kActivations,
                                    Kind::kEvaluate, Kind::kNorm, Kind::kUpdate,
                                    Kind::kSave, Kind::kPlan});
    header.format = RowFormat::kF32;
    header.rows = 6;
    header.width = static_cast<uint32_t>(victim_config().dim);
    damage(header);
    add(message_bytes(header,
                      random_bytes(std::min<size_t>(header.payload, 384))));
  }

  // Gives one field a value at an edge. The length fits the shape, or not.
  void damage(Header& header) {
    const uint32_t value = one_of(kEdges);
    std::array<uint32_t*, 5> fields = {&header.position, &header.rows,
                                       &header.width, &header.sequence,
                                       &header.stream};
    const size_t field = below(fields.size() + 3);
    if (field < fields.size()) *fields[field] = value;
    if (field == 5) header.format = static_cast<RowFormat>(value % 6);
    if (field == 6) header.kind = static_cast<Kind>(value);
    const uint64_t length =
        std::min<uint64_t>(uint64_t{header.rows} * header.width, kMaxPayload) *
        4;
    header.payload = field == 7 ? value : static_cast<uint32_t>(length);
    say("kind " + std::to_string(static_cast<int>(header.kind)) + " field " +
        std::to_string(field) + " is " + std::to_string(value));
  }

  void greeting() {
    Hello hello = hello_;
    std::array<uint32_t*, 5> fields = {&hello.rank, &hello.ranks, &hello.begin,
                                       &hello.end, &hello.layers};
    const size_t field = below(fields.size() + 2);
    if (field < fields.size()) *fields[field] = one_of(kEdges);
    if (field == 5) hello.fingerprint = random_.next();
    if (field == 6) hello.model = random_bytes(64);
    const std::vector<std::byte> bytes = encode(hello);
    std::string payload(reinterpret_cast<const char*>(bytes.data()),
                        bytes.size());
    if (below(4) == 0) payload.resize(below(200));
    say("kHello, field " + std::to_string(field));
    add(text_bytes(Kind::kHello, payload));
  }

  // A neighbour's text, with what a terminal would obey.
  void words() {
    const size_t size = one_of(std::array<size_t, 4>{0, 1, 100, 100'000});
    const std::string text = "\x1b[2J\x9b\xC2\x9B\r\n\t\x7f" +
                             random_bytes(size) + std::string(size, '\n');
    const Kind kind = one_of(
        std::array{Kind::kError, Kind::kReset, Kind::kPing, Kind::kHeartbeat});
    say("text of " + std::to_string(text.size()) + " bytes");
    if (below(2) == 0) add(text_bytes(Kind::kPlan, good_plan().dump()));
    add(text_bytes(kind, text));
  }

  void stats() {
    constexpr size_t kRecord = 80;  // bytes of a rank's
    const size_t size = one_of(std::array<size_t, 7>{
        0, 1, kRecord, 2 * kRecord - 1, 2 * kRecord + 1, 3 * kRecord, 1 << 20});
    say("kStats of " + std::to_string(size) + " bytes");
    add(text_bytes(Kind::kStats, random_bytes(size)));
  }

  // A valid message with some bytes of its header replaced, or no message.
  void noise() {
    std::vector<std::byte> bytes = text_bytes(Kind::kPing, random_bytes(40));
    const size_t first = below(kHeaderBytes);
    const size_t last = std::min(bytes.size(), first + 1 + below(8));
    for (size_t i = first; i < last; ++i) {
      bytes[i] = static_cast<std::byte>(random_.next());
    }
    bytes.resize(1 + below(bytes.size()));
    say("bytes");
    add(bytes);
  }

  RandomNumbers random_;
  const Hello& hello_;
  HostileMessages messages_;
};

}  // namespace

std::vector<std::byte> message_bytes(const Header& header,
                                     const std::string& payload) {
  std::vector<std::byte> bytes(kHeaderBytes + payload.size());
  std::ranges::copy(encode(header), bytes.begin());
  std::ranges::copy(std::as_bytes(std::span(payload)),
                    bytes.begin() + kHeaderBytes);
  return bytes;
}

std::vector<std::byte> text_bytes(Kind kind, const std::string& text) {
  Header header = text_header(kind, text);
  header.payload = header.width;
  return message_bytes(header, text);
}

HostileMessages hostile_messages(uint64_t number, const Hello& hello) {
  return Source(number, hello).take();
}

}  // namespace pi_ring
