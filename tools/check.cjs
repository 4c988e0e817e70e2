// `npm run check`: runs every script of package.json that is named `check:…`, as many at a time as there are cores, in
// their order. What one of them says is printed when it has ended. Exits with 1 when any of them failed.
const { spawn } = require('node:child_process');
const { availableParallelism } = require('node:os');
const { scripts } = require('../package.json');

const waiting = Object.keys(scripts).filter((name) => name.startsWith('check:'));

function run(name) {
  const began = performance.now();
  return new Promise((resolve) => {
    const said = [];
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
    child.on('error', (error) => said.push(Buffer.from(String(error))));
    child.on('close', (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stdout.write(`${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${seconds} s\n${Buffer.concat(said)}`);
      resolve(code === 0);
    });
  });
}

async function runNext() {
  for (let name = waiting.shift(); name; name = waiting.shift()) if (!(await run(name))) process.exitCode = 1;
}

for (let i = 0; i < availableParallelism(); i++) void runNext();
