// The texts that tokenizers are compared on: written ones for what tokenizers
// treat differently, and random ones made of the same parts. Always the same.

const written = [
  "", " ", "  ", "\n", "\r\n", "\t", "a", " a", "a ", "  a  ", "Hello, world!",
  "I'm you're we've he'll she'd it's can't", "I'M YOU'RE WE'VE HE'LL SHE'D IT'S",
  "'s 'S 't 'T 'ſ ’s don’t", "x'rea y'vel z'lla", "1 12 123 1234 12345 1234567890",
  "3.14159 1,000,000 0x1F 1e-5 ½ ² ٣٤٥ 四五六 Ⅷ", "a1b2c3 v2.0-rc1",
  "  leading and trailing  ", "tabs\tand\t\ttabs", "one\ntwo\n\nthree\n\n\nfour",
  "one\r\ntwo\r\n\r\nthree", " \n \n ", "\n\n\n   x", "x   \n\n   y", "end   ",
  "!!! ??? ... --- ___ *** ///", "$100 €50 £20 ¥1000 50% #tag @name a&b",
  "if (x == 1) {\n    return y;\n}\n", "def f(a, b):\n\treturn a + b  # sum",
  "<html><body class=\"a\">text</body></html>", "https://example.com/a?b=c&d=%20#e",
  "😀 😃😄 👍🏽 👨‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇫🇷 ❤️ ☺️ 1️⃣", "日本語のテキスト。漢字とカタカナ", "中文字符，没有空格。",
  "한국어 텍스트입니다", "ภาษาไทยไม่มีช่องว่าง", "สวัสดีครับ ผมชื่อ", "مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया",
  "Привет, мир! Ёлка", "Γειά σου Κόσμε", "Ünïcödé naïve façade Ångström", "e\u0301 a\u0308 n\u0303 o\u0308\u0323",
  "\u1E9B\u0323 \u212B \uFB01 \uFF21 \u2460", "\u0344 \u0958 \u2126 \uAC00\u11A8", "Zürich ZÜRICH zu\u0308rich",
  "\u0000", "\u0001\u0002\u001f\u007f", "a\u0000b\u0007c", "\u0080\u0085\u009f", "\u00a0nbsp\u00a0", "\u00ad soft",
  "\u2000\u2001\u2002\u2003\u2009\u200a", "\u200b\u200c\u200d\u2060\ufeff", "\u2028line\u2029par", "\u3000wide\u3000space",
  "\u180e", "a\u180eb", "\u1680ogham", "\u202f\u205f", "\ufffd\ufffe\uffff", "\u{10ffff}\u{1f600}\u{20000}",
  "\u2581", "a\u2581b \u2581\u2581", "Ġ Ċ ĉ Ā ÿ ¡ ®", "<0x0A> <0xFF>", "<s>", "</s>", "<unk>", "a<s>b</s> c",
  "<|endoftext|>", "a <|endoftext|> b", "<|begin_of_text|>x<|eot_id|>", "<|im_start|>user\nhi<|im_end|>\n",
  "<think>\nwell\n</think>\n\nok", "<tool_call>{\"a\": 1}</tool_call>", "<|im_start", "<|endoftext|><|endoftext|>",
  "[INST] <<SYS>>\nbe\n<</SYS>> hi [/INST]", "supercalifragilisticexpialidocious", "antidisestablishmentarianism",
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "                                                       x",
  "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "=====================================================", "- - - - - - - -",
  "ﷺ ﷽", "ǅ ǆ ß ẞ İ ı ſ K", "x\u0300\u0301\u0302\u0303\u0304\u0305", "\u0300", " \u0301", "\u0e33\u0e49",
];

const parts = [
  " ", " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", "the", "Once", "upon", "a", "time", "'s", "'LL", "'d", "don't",
  "tokenization", "ing", "X", "Ab", "HTML", "1", "23", "456", "7890", "3.5", ".", ",", "!", "?!", "...", "(", ")", "\"",
  "--", "_", "/", "\\", "@", "#", "é", "e\u0301", "ü", "ß", "ñ", "漢", "字", "日本", "ไทย", "ภาษา", "شمس", "שלום", "мир",
  "😀", "👍🏽", "👨‍👩‍👧", "🇩🇪", "\u200d", "\ufe0f", "\u00a0", "\u3000", "\u2003", "\u0085", "\u0000", "\u001b", "\ufeff", "²",
  "½", "٣", "<", ">", "<|", "|>", "\u2581", "Ġ", "$", "€", "{", "}", "=", "+=", "ﬁ", "Å", "가", "ㄱ",
];

// A generator of 32 bits whose numbers are the same everywhere.
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

export function textsFor(count, seed = 1) {
  const random = generator(seed);
  const texts = [...written];
  while (texts.length < count) {
    let text = "";
    for (let left = 1 + (random() % 24); left > 0; --left) text += parts[random() % parts.length];
    texts.push(text);
  }
  return texts.slice(0, count);
}

export const longTexts = ["a".repeat(100_000), " ".repeat(100_000), "\n".repeat(50_000), "ab".repeat(50_000), "漢".repeat(30_000)];
