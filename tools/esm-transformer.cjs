// Jest runs CommonJS; some of our dependencies (Nest 12 among them) ship only ES modules.
// This transformer compiles those to CommonJS and passes every CommonJS file through untouched.
const { createTransformer } = require('@swc/jest');
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const transformer = createTransformer({
  swcrc: false,
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
  sourceMaps: false,
});

/** Nearest package.json's "type", by folder. A nameless, typeless one (a sub-folder marker) defers to its parent. */
const moduleTypes = new Map();
function moduleType(dir) {
  const known = moduleTypes.get(dir);
  if (known) return known;
  const parent = path.dirname(dir);
  const manifest = path.join(dir, 'package.json');
  let type = 'commonjs';
  if (existsSync(manifest)) {
    const { name, type: declared } = JSON.parse(readFileSync(manifest, 'utf8'));
    type = declared ?? (name || parent === dir ? 'commonjs' : moduleType(parent));
  } else if (parent !== dir) {
    type = moduleType(parent);
  }
  moduleTypes.set(dir, type);
  return type;
}

const isEsm = (file) => file.endsWith('.mjs') || (file.endsWith('.js') && moduleType(path.dirname(file)) === 'module');

module.exports = {
  ...transformer,
  process: (source, file, options) => (isEsm(file) ? transformer.process(source, file, options) : { code: source }),
  getCacheKey: (source, file, options) => transformer.getCacheKey(source, file, options),
};
