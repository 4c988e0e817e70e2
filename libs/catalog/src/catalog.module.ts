import { Module } from '@nestjs/common';
import { CatalogFacts } from './application/catalog-facts';

@Module({ providers: [CatalogFacts], exports: [CatalogFacts] })
export class CatalogModule {}
