import { userMails } from './en-user-mails.ts';
import { addTexts } from '../t.ts';

addTexts(userMails);
