import { Injectable } from '@nestjs/common';
import type { Config } from '@yoyaku/composition';
import { Accounts, PHONE } from '@yoyaku/identity';
import type { PhoneNumber } from '@yoyaku/kernel';
import { InjectConfig } from '../../config';
import { networkOf } from '../conventions/limits/network';
import { RateLimits } from '../conventions/limits/rate-limits';

const HOUR = 3_600;

/** To one phone, asked for from one network: fewer than in all, so that a stranger does not use up what its owner may. */
const TO_PHONE_FROM_NETWORK = { name: 'phone-code', hits: 5, seconds: HOUR };
const TO_PHONE = { name: 'phone-codes', hits: 10, seconds: HOUR };
/** Many people may be behind one address of a mobile network. */
const FROM_NETWORK = { name: 'phone-network', hits: 30, seconds: HOUR };
const TRIES = { name: 'phone-tries', hits: 10, seconds: HOUR };

/**
 * How many codes are sent to phones, and tried. Each costs money, and whoever is paid for calls to a number can have
 * thousands sent there: so there is also a limit for each country's prefix, and one for all.
 */
@Injectable()
export class PhoneLimits {
  private readonly toCountry;
  private readonly inAll;

  constructor(
    @InjectConfig() { smsCodesPerHour }: Config,
    private readonly limits: RateLimits,
    private readonly accounts: Accounts,
  ) {
    this.inAll = { name: 'phone-all', hits: smsCodesPerHour, seconds: HOUR };
    this.toCountry = { name: 'phone-country', hits: Math.ceil(smsCodesPerHour / 2), seconds: HOUR };
  }

  /** Throws 429, the same whether or not anybody signs in by the phone. The narrowest first: it spares the wide ones. */
  async admitCode({ e164, callingCode }: PhoneNumber, ip: string): Promise<void> {
    const phone = this.accounts.nameOf(e164, PHONE);
    await this.limits.admitStrictly(TO_PHONE_FROM_NETWORK, `${phone} ${networkOf(ip)}`);
    await this.limits.admitStrictly(TO_PHONE, phone);
    await this.limits.admitStrictly(FROM_NETWORK, networkOf(ip));
    await this.limits.admitStrictly(this.toCountry, callingCode);
    await this.limits.admitStrictly(this.inAll, '');
  }

  /** Throws 429. */
  async admitTry({ e164 }: PhoneNumber, ip: string): Promise<void> {
    await this.limits.admitStrictly(TRIES, `${this.accounts.nameOf(e164, PHONE)} ${networkOf(ip)}`);
  }
}
