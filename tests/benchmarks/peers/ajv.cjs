// Peer: Ajv over the lines of readline, counting the lines at fault.
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
  console.log(bad);
}

main();
