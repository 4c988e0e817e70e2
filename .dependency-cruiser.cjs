// The architecture's arrows. `tools/boundaries.spec.ts` proves that each of these rules can fail.
const CONTEXTS = 'identity|business|catalog|booking|customers|notifications';

/** Of event-node: each knows those before it only. */
const LAYERS = ['wire', 'store', 'reading', 'services'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'What cannot be read without each other is one thing, and belongs in one file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kernel-stands-alone',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: '^(apps|libs|projections)/', pathNot: '^libs/kernel/' },
    },
    {
      name: 'domain-imports-kernel-only',
      comment: 'Rules are pure: no framework, no store, no other context.',
      severity: 'error',
      from: { path: `^libs/(${CONTEXTS})/src/domain/`, pathNot: '\\.spec\\.ts$' },
      to: { pathNot: [`^libs/$1/src/domain/`, '^libs/kernel/'] },
    },
    {
      name: 'postgres-knows-the-kernel-only',
      comment: 'What is stored, and the migrations of its tables, lies with whoever owns it.',
      severity: 'error',
      from: { path: '^libs/postgres/src/' },
      to: { path: '^(apps|libs|projections)/', pathNot: '^libs/(postgres|kernel)/' },
    },
    {
      name: 'subject-keys-alone-know-postgresql',
      comment: 'Events are in the event store; of all that belongs to them only the keys of persons are elsewhere.',
      severity: 'error',
      from: { path: '^libs/eventing/src/(?!subject-keys/)' },
      to: { path: ['^libs/postgres/', 'node_modules/(pg|typeorm)/'] },
    },
    {
      name: 'eventing-knows-no-context',
      severity: 'error',
      from: { path: '^libs/(eventing|projecting|postgres|reacting)/' },
      to: { path: `^(libs/(${CONTEXTS}|composition)/|projections/|apps/(?!event-node/))` },
    },
    {
      name: 'contexts-meet-in-what-they-publish',
      comment: "Another context's index.ts (commands, readers of facts) and events.ts; nothing inside it.",
      severity: 'error',
      from: { path: `^libs/(${CONTEXTS})/`, pathNot: '/test/' },
      to: { path: `^libs/(${CONTEXTS})/`, pathNot: ['^libs/$1/', '/src/(index|events)\\.ts$'] },
    },
    {
      name: 'contexts-are-known-by-what-they-publish',
      comment:
        'Their index.ts leaves out the steps of composed commands, so that nobody sends one alone; specs do, what plays a past, and a build that is made to differ.',
      severity: 'error',
      from: {
        path: '^(apps|bench|projections|libs)/',
        pathNot: [
          `^libs/(${CONTEXTS})/`,
          '^libs/simulation/',
          '^apps/dev/faults/newer-build\\.ts$',
          '/test/',
          '\\.spec\\.ts$',
        ],
      },
      to: { path: `^libs/(${CONTEXTS})/src/`, pathNot: '/src/(index|events)\\.ts$' },
    },
    {
      name: 'projections-read-events-only',
      comment: 'A read model is complete in itself: no write side, no table of another one.',
      severity: 'error',
      from: { path: '^projections/([^/]+)/([^/]+)/', pathNot: '(queries|spec)\\.ts$' },
      to: {
        path: '^(apps|libs|projections)/',
        pathNot: ['^projections/$1/$2/', '^libs/[^/]+/src/events\\.ts$', '^libs/(kernel|eventing|projecting)/'],
      },
    },
    {
      name: 'read-models-know-no-other',
      comment: "A query of another read model's tables would show rows of two moments: whoever asks joins the answers.",
      severity: 'error',
      from: { path: '^projections/([^/]+)/([^/]+)/' },
      to: { path: '^projections/', pathNot: '^projections/$1/$2/' },
    },
    {
      name: 'tables-are-read-by-queries',
      comment: 'Everybody else asks what a context publishes in its index.ts. (A fault round plays a newer build.)',
      severity: 'error',
      from: { path: '^(apps|libs|bench)/', pathNot: ['\\.spec\\.ts$', '/test/', '^apps/dev/faults/'] },
      to: { path: '^projections/[^/]+/[^/]+/' },
    },
    {
      name: 'envelope-knows-no-store',
      comment: 'What an event is made of; how it is stored, sent on and folded comes after.',
      severity: 'error',
      from: { path: '^libs/eventing/src/envelope/' },
      to: { path: '^libs/eventing/src/(?!envelope/)' },
    },
    {
      name: 'store-knows-no-aggregate',
      comment:
        'The port to the event store, and the relay that reads it, know stored events and nothing that is decided.',
      severity: 'error',
      from: { path: '^libs/eventing/src/(store|relay)/' },
      to: { path: '^libs/eventing/src/(?!envelope/|store/|relay/)' },
    },
    {
      name: 'aggregates-know-no-adapter',
      comment: 'Aggregates know the port alone: not which event store there is, nor who sends them commands.',
      severity: 'error',
      from: { path: '^libs/eventing/src/aggregates/' },
      to: { path: '^libs/eventing/src/(?!envelope/|aggregates/|store/[^/]+$)' },
    },
    {
      name: 'scopes-are-granted',
      comment: 'Only what decides over rights makes a scope; everybody else takes the one they are given.',
      severity: 'error',
      from: {
        path: '^(apps|libs|projections)/',
        pathNot: [
          '^libs/access/',
          '^apps/api/src/http/conventions/access/',
          '^libs/eventing/src/aggregates/command-context',
          '\\.spec\\.ts$',
          '/test/',
        ],
      },
      to: { path: '^libs/access/src/grant\\.ts$' },
    },
    {
      name: 'running-shards-knows-not-why',
      comment: 'Following live, rebuilding and verifying run shards over tables; not the other way round.',
      severity: 'error',
      from: { path: '^libs/projecting/src/engine/(tables|running)/' },
      to: { path: '^libs/projecting/src/engine/(live|rebuild|verify)/' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/testing/', '\\.spec\\.ts$'] },
      to: { path: '^apps/' },
    },
    ...LAYERS.slice(0, -1).map((layer, i) => ({
      name: `event-node-${layer}-knows-what-is-below`,
      comment: 'Bytes, then what is stored, then what is read of it, then the methods that clients call.',
      severity: 'error',
      from: { path: `^apps/event-node/src/${layer}/` },
      to: { path: `^apps/event-node/src/(${LAYERS.slice(i + 1).join('|')})/` },
    })),
    {
      name: 'apps-are-islands',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'benches-see-an-installation-from-outside',
      comment: 'They start programs and ask them; what they share with the fault rounds is in a library.',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^(apps|projections)/' },
    },
    {
      name: 'no-program-imports-benches',
      severity: 'error',
      from: { path: '^(apps|libs|projections)/' },
      to: { path: '^bench/' },
    },
    {
      name: 'one-file-per-vendor',
      comment:
        "A vendor's SDK is imported where its adapter is, and in specs that stand for others who use the server.",
      severity: 'error',
      from: {
        path: '^(apps|libs|projections)/',
        pathNot: [
          '^libs/eventing/src/(store/eventstoredb|relay)/',
          '^apps/event-node/',
          '^libs/tracing/',
          '^libs/testing/',
          '\\.spec\\.ts$',
        ],
      },
      to: { path: 'node_modules/(@eventstore/db-client|nats|@opentelemetry/[^/]+)/' },
    },
    {
      name: 'production-code-imports-no-tests',
      severity: 'error',
      from: { pathNot: '(\\.spec\\.ts$|/test/|^libs/testing/|^apps/dev/faults/|specification\\.ts$)' },
      to: { path: '(\\.spec\\.ts$|/test/|^libs/testing/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    exclude: { path: '^dist/' },
  },
};
