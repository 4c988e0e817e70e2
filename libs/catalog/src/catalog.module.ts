import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { CatalogFacts } from './application/catalog-facts';
import { AddExceptionHandler, ChangeExceptionHandler, RemoveExceptionHandler } from './application/exceptions';
import { ChangePolicyHandler, CreatePolicyHandler, RemovePolicyHandler } from './application/policies';
import { ChangeResourceHandler, CreateResourceHandler } from './application/resources';
import { ChangeServiceHandler, CreateServiceHandler, ServiceRules } from './application/services';

const handlers = [
  CreateServiceHandler,
  ChangeServiceHandler,
  CreateResourceHandler,
  ChangeResourceHandler,
  AddExceptionHandler,
  ChangeExceptionHandler,
  RemoveExceptionHandler,
  CreatePolicyHandler,
  ChangePolicyHandler,
  RemovePolicyHandler,
];

@Module({ imports: [BusinessModule], providers: [CatalogFacts, ServiceRules, ...handlers], exports: [CatalogFacts] })
export class CatalogModule {}
