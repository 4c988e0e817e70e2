// `node -r ./tools/swc-require.cjs some.ts` runs TypeScript as the build would compile it, without a build.
const { transformSync } = require('@swc/core');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { paths } = require('../tsconfig.json').compilerOptions;

const options = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
    baseUrl: path.join(__dirname, '..'),
    paths,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
  module._compile(code, filename);
};
