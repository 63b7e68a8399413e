// Reads {"schema": ..., "values": [...]} from standard input; prints a JSON array that says which values fit.
// Ajv stands in its strict mode: an unknown keyword or an unresolved reference is an error.
import Ajv2020 from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";

const { schema, values } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv2020({ strictTypes: false, strictTuples: false });
const validate = ajv.compile(schema);
console.log(JSON.stringify(values.map((value) => validate(value))));
