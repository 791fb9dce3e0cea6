import { addTexts } from '../t.ts';
import { programs } from './en-programs.ts';

addTexts(programs);
