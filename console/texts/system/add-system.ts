import { system } from './en-system.ts';
import { addTexts } from '../t.ts';

addTexts(system);
