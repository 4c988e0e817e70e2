// `npm run generate` compiles the layout of e-mails from MJML to HTML, so that no process compiles it while it runs.
// `npm run check:layout` fails when the compiled one is not what its source says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import mjml2html from 'mjml';

const folder = path.join(__dirname, '../../libs/notifications/src/templates');
const compiled = path.join(folder, 'layout.json');

async function main(): Promise<void> {
  const source = readFileSync(path.join(folder, 'layout.mjml'), 'utf8');
  const { html } = await mjml2html(source, { validationLevel: 'strict', fonts: {} });
  const text = `${JSON.stringify({ html }, null, 2)}\n`;
  if (process.argv[2] === 'write') return writeFileSync(compiled, text);
  if (existsSync(compiled) && readFileSync(compiled, 'utf8') === text) return;
  console.error('The layout of e-mails has changed: npm run generate');
  process.exitCode = 1;
}

void main();
