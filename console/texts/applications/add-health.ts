import { applicationHealth } from './en-health.ts';
import { addTexts } from '../t.ts';

addTexts(applicationHealth);
