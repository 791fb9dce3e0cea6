import { setupLinks } from './en-setup-links.ts';
import { addTexts } from '../t.ts';

addTexts(setupLinks);
