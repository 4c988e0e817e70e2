import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { newUuid } from '@yoyaku/kernel';
import { createTransport } from 'nodemailer';
import { IdentityOptions } from '../identity.options';

export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * The local outbox: each message is a file, `<DATA_DIR>/outbox/<id>.eml`, that any mail program opens. File names sort
 * by time.
 */
@Injectable()
export class MailOutbox {
  private readonly composer = createTransport({ streamTransport: true, buffer: true });
  private readonly directory: string;

  constructor(options: IdentityOptions) {
    this.directory = join(options.dataDir, 'outbox');
  }

  async send(message: Message): Promise<void> {
    const { message: bytes } = await this.composer.sendMail({ from: 'Yoyaku <no-reply@localhost>', ...message });
    const path = join(this.directory, newUuid());
    await mkdir(this.directory, { recursive: true });
    await writeFile(`${path}.part`, bytes as Buffer, { mode: 0o600 });
    await rename(`${path}.part`, `${path}.eml`);
  }
}
