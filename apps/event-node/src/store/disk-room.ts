import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Whether a file of this folder could grow by so many bytes. LMDB itself cannot tell a full disk from a failing one: a
 * write that a full disk cuts short is an I/O error to it.
 */
export async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  const probe = path.join(folder, 'probe');
  try {
    const { size } = await stat(path.join(folder, 'data.mdb'));
    const file = await open(probe, 'w');
    try {
      const { bytesWritten } = await file.write(Buffer.alloc(bytes, 1), 0, bytes, size);
      await file.datasync();
      return bytesWritten === bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    return !NO_ROOM.includes((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}
