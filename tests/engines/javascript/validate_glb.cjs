// What Khronos' validator says about a GLB: its counts of issues, and the issues.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const validator = createRequire(process.cwd() + "/")("gltf-validator");

validator
  .validateBytes(new Uint8Array(readFileSync(process.argv[2])))
  .then((report) => process.stdout.write(JSON.stringify(report)));
