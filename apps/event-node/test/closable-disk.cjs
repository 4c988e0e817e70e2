// Required before the node: on SIGUSR2 the data file's descriptors are closed behind LMDB's back, so that its next
// write to the disk fails, for good and for a reason that is not a lack of room. Linux only.
const { closeSync, readdirSync, readlinkSync } = require('node:fs');

process.on('SIGUSR2', () => {
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${descriptor}`).endsWith('data.mdb')) closeSync(Number(descriptor));
    } catch {
      // The descriptor that the folder was read with.
    }
  }
  console.log(JSON.stringify({ msg: 'disk gone' }));
});
