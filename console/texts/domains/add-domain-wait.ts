import { domainWait } from './en-domain-wait.ts';
import { addTexts } from '../t.ts';

addTexts(domainWait);
