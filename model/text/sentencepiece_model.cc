// Reads the fields of the message that say how a text is cut, by the numbers
// that they have in SentencePiece's format.
#include "model/text/sentencepiece_model.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>

#include "model/base/bad_input.h"
#include "model/base/hash.h"
#include "model/base/mapped_file.h"
#include "model/base/utf8.h"
#include "model/base/wording.h"
#include "model/text/stored_vocabulary.h"

namespace pi_ring {
namespace {

constexpr uint64_t kBpe = 2;  // of the kinds of model

// How a field of a message lies in the file.
enum class FieldType {
  kVarint = 0,
  kFixed64 = 1,
  kLengthAndBytes = 2,
  kFixed32 = 5
};

// One field: a number or bytes, as its type says.
struct ProtoField {
  uint64_t number = 0;  // which field it is
  FieldType type = FieldType::kVarint;
  uint64_t value = 0;
  std::string_view bytes = {};
};

// Takes the fields of a message one after the other.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view message) : rest_(message) {}

  std::optional<ProtoField> next() {
    if (rest_.empty()) return std::nullopt;
    const uint64_t key = varint();
    ProtoField field{.number = key >> 3,
                     .type = static_cast<FieldType>(key & 7)};
    switch (field.type) {
      case FieldType::kVarint:
        field.value = varint();
        break;
      case FieldType::kFixed64:
        field.value = fixed<uint64_t>();
        break;
      case FieldType::kLengthAndBytes:
        field.bytes = take(varint());
        break;
      case FieldType::kFixed32:
        field.value = fixed<uint32_t>();
        break;
      default:
        throw BadInput("is not a SentencePiece model: a field has type " +
                       std::to_string(key & 7));
    }
    return field;
  }

 private:
  std::string_view take(uint64_t size) {
    if (size > rest_.size()) {
      throw BadInput("is not a SentencePiece model: it is cut off");
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  template <typename Number>
  Number fixed() {
    Number number = 0;
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
    return number;
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    throw BadInput("is not a SentencePiece model: a number has no end");
  }

  std::string_view rest_;
};

class ModelReader {
 public:
  StoredVocabulary read(std::string_view model) {
    vocabulary_.begin = 1;
    vocabulary_.end = 2;
    vocabulary_.unknown = 0;
    vocabulary_.add_space_prefix = true;
    ProtoReader fields(model);
    while (const auto field = fields.next()) {
      if (field->number == 1) read_piece(bytes_of(*field));
      if (field->number == 2) read_trainer(bytes_of(*field));
      if (field->number == 3) read_normalizer(bytes_of(*field));
    }
    if (vocabulary_.pieces.empty()) throw BadInput("has no pieces");
    if (model_type_ != kBpe) {
      throw BadInput("model type " + name_of_type() +
                     " is not supported, only BPE is");
    }
    return std::move(vocabulary_);
  }

 private:
  static std::string_view bytes_of(const ProtoField& field) {
    if (field.type == FieldType::kLengthAndBytes) return field.bytes;
    throw BadInput("is not a SentencePiece model: field " +
                   grouped(field.number) + " is a number");
  }

  std::string name_of_type() const {
    switch (model_type_) {
      case 1:
        return "unigram";
      case 3:
        return "word";
      case 4:
        return "char";
      default:
        return std::to_string(model_type_);
    }
  }

  void read_piece(std::string_view message) {
    std::string_view piece;
    float score = 0.0F;
    uint64_t type = 1;
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
      if (field->number == 1) piece = bytes_of(*field);
      if (field->number == 2) {
        score = std::bit_cast<float>(static_cast<uint32_t>(field->value));
      }
      if (field->number == 3) type = field->value;
    }
    const std::string name =
        "piece " + grouped(vocabulary_.pieces.size()) + " ";
    if (find_invalid_utf8(piece) != piece.npos) {
      throw BadInput(name + "is not UTF-8");
    }
    if (!std::isfinite(score)) throw BadInput(name + "has no score");
    if (type < 1 || type > 6) {
      throw BadInput(name + "has type " + grouped(type) + ", expected 1 to 6");
    }
    vocabulary_.pieces.emplace_back(piece);
    vocabulary_.scores.push_back(score);
    vocabulary_.types.push_back(static_cast<PieceType>(type));
  }

  // What changes how a text is cut. An id that is not there is -1, which is
  // written as a number of 64 bits.
  void read_trainer(std::string_view message) {
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
      const uint64_t value = field->value;
      if (field->number == 3) model_type_ = value;
      if (field->number == 24) refuse_if(value, "treat_whitespace_as_suffix");
      if (field->number == 40) vocabulary_.unknown = id_of(value);
      if (field->number == 41) vocabulary_.begin = id_of(value);
      if (field->number == 42) vocabulary_.end = id_of(value);
    }
  }

  static int id_of(uint64_t value) {
    const auto id = static_cast<int64_t>(value);
    if (id >= -1 && id < INT32_MAX) return static_cast<int>(id);
    throw BadInput("has the id " + grouped(id));
  }

  static void refuse_if(uint64_t value, const char* name) {
    if (value != 0) throw BadInput(std::string(name) + " is not supported");
  }

  void read_normalizer(std::string_view message) {
    std::string_view name;
    ProtoReader fields(message);
    while (const auto field = fields.next()) {
      if (field->number == 1) name = bytes_of(*field);
      if (field->number == 2 && !bytes_of(*field).empty()) {
        throw BadInput("normalizer " + in_quotes(name) +
                       " is not supported, only \"identity\" is");
      }
      if (field->number == 3) vocabulary_.add_space_prefix = field->value != 0;
      if (field->number == 4) {
        refuse_if(field->value, "remove_extra_whitespaces");
      }
      if (field->number == 5) {
        refuse_if(field->value == 0 ? 1 : 0, "escape_whitespaces false");
      }
    }
  }

  StoredVocabulary vocabulary_;
  uint64_t model_type_ = 1;
};

}  // namespace

TokenizerParts read_sentencepiece_model(const std::filesystem::path& file) {
  const MappedFile map(file);
  try {
    TokenizerParts parts = parts_of(ModelReader().read(map.text()));
    Hash hash;
    hash.add(map.text());
    parts.fingerprint = hash.value();
    return parts;
  } catch (const BadInput& error) {
    throw BadInput(file, error.what());
  }
}

}  // namespace pi_ring
