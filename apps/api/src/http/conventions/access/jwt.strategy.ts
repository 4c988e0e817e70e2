import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Config } from '@yoyaku/composition';
import { type AccessClaims, TOKEN_ALGORITHM, TOKEN_ISSUER } from '@yoyaku/identity';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { InjectConfig } from '../../../config';

/** Bearer tokens signed by us with the one algorithm; `none`, and keys taken for others, are refused. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(@InjectConfig() { jwtSecret }: Config) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: jwtSecret,
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_ISSUER,
    });
  }

  validate(claims: AccessClaims): AccessClaims {
    return claims;
  }
}
