import { mailKinds } from './en-mail-kinds.ts';
import { mailStates } from './en-mail-states.ts';
import { addTexts } from '../t.ts';

addTexts(mailKinds);
addTexts(mailStates);
