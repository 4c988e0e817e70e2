// Required before the node: its storage then never syncs a file.
const lmdb = require('lmdb');

const { open } = lmdb;
lmdb.open = (options) => open({ ...options, noSync: true });
