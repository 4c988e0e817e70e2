import Mustache from 'mustache';
import type { OutboxMessage } from './outbox';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1f2933; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #d9e2ec; overflow-wrap: anywhere; }
th { white-space: nowrap; }
pre { background: #f5f7fa; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>{{title}}</h1>
{{> content}}
</body>
</html>
`;

const LIST = `{{#isEmpty}}<p>Nothing was sent yet.</p>{{/isEmpty}}
{{^isEmpty}}<table>
<thead><tr><th>When</th><th>To</th><th>Message</th><th>Kind</th></tr></thead>
<tbody>
{{#messages}}<tr><td>{{when}}</td><td>{{to}}</td><td><a href="/outbox/{{id}}?key={{key}}">{{title}}</a></td><td>{{kind}} ({{channel}}, {{locale}})</td></tr>
{{/messages}}</tbody>
</table>{{/isEmpty}}`;

const MESSAGE = `<p><a href="/outbox?key={{key}}">All messages</a></p>
<table>
<tr><th>To</th><td>{{to}}</td></tr>
<tr><th>When</th><td>{{when}}</td></tr>
<tr><th>Kind</th><td>{{kind}} ({{channel}}, {{locale}})</td></tr>
{{#headers}}<tr><th>{{name}}</th><td>{{value}}</td></tr>
{{/headers}}{{#segments}}<tr><th>Parts</th><td>{{.}}</td></tr>
{{/segments}}{{#attachments}}<tr><th>Attachment</th><td><a href="/outbox/{{id}}/attachments/{{number}}?key={{key}}">{{name}}</a> {{contentType}}</td></tr>
{{/attachments}}</table>
{{#html}}<p><a href="/outbox/{{id}}/page?key={{key}}">As a page</a></p>{{/html}}
<pre>{{text}}</pre>`;

const LONGEST_TITLE = 80;

const shown = (message: OutboxMessage) => ({
  ...message,
  when: message.at,
  title: message.subject ?? message.text.slice(0, LONGEST_TITLE),
  headers: Object.entries(message.headers).map(([name, value]) => ({ name, value })),
  attachments: message.attachments.map((attachment, number) => ({ ...attachment, number, id: message.id })),
});

/** The outbox as a page. `key`: what its links ask for. */
export const outboxPage = (messages: readonly OutboxMessage[], key: string): string =>
  Mustache.render(
    PAGE,
    { title: 'Outbox', key: encodeURIComponent(key), isEmpty: messages.length === 0, messages: messages.map(shown) },
    { content: LIST },
  );

/** One message as a page, with what goes with it. */
export const outboxMessagePage = (message: OutboxMessage, key: string): string =>
  Mustache.render(PAGE, { ...shown(message), key: encodeURIComponent(key) }, { content: MESSAGE });
