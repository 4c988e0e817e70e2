import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Problem } from './problem';

interface Request {
  readonly headers: { readonly authorization?: string };
  userId: string;
}

@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly tokens: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    try {
      const { sub } = await this.tokens.verifyAsync<{ sub: string }>(token, { algorithms: ['HS256'] });
      request.userId = sub;
    } catch {
      throw new Problem(401, 'auth.required');
    }
    return true;
  }
}

export const UserId = createParamDecorator(
  (_: undefined, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().userId,
);
