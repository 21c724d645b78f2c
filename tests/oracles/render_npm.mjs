// Renders templates with npm's @huggingface/jinja, as templates.py asks.
import { readFileSync } from "node:fs";

// The renderer's strftime_now() asks for the time.
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [2024, 6, 26]));
  }
};
const { Template } = await import("@huggingface/jinja");

function rendered({ template, variables }) {
  try {
    return new Template(template).render(variables);
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(process.argv[2], "utf8")).map(rendered)));
