import { VERIFIED_FROM, type VerifiedFrom } from '@yoyaku/platform';
import { OneOf } from '../conventions';

export class VerificationBody {
  @OneOf(VERIFIED_FROM, {
    optional: true,
    default: 'start',
    description: 'Everything, or what came after the last signed checkpoint',
  })
  from?: VerifiedFrom;
}
