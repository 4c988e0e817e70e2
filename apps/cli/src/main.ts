import { runCommandLine } from './command-line';
import { Environment } from './environment';
import { endWhenNobodyReads } from './output/output';

endWhenNobodyReads();
const environment = new Environment();
void runCommandLine(process.argv.slice(2), environment).finally(() => environment.close());
