import { mailKinds } from './en-mail-kinds.ts';
import { addTexts } from '../t.ts';

addTexts(mailKinds);
