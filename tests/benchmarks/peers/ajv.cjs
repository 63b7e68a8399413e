// Peer: Ajv over the lines of readline, with exit status 1 if a line is at fault.
const fs = require("node:fs");
const readline = require("node:readline");
const path = require("node:path");

const [modules, schema, file] = process.argv.slice(2);
const Ajv = require(path.join(modules, "ajv/dist/2020")).default;
const validate = new Ajv({ strict: false }).compile(JSON.parse(fs.readFileSync(schema, "utf8")));

async function main() {
  let bad = 0;
  for await (const line of readline.createInterface({ input: fs.createReadStream(file), crlfDelay: Infinity })) {
    if (!validate(JSON.parse(line))) bad += 1;
  }
  process.exitCode = bad > 0 ? 1 : 0;
}

main();
