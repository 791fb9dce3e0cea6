"""The site: python serve.py ADDRESS. How people log in is what the preset shows, in own_settings.py."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ['DJANGO_SETTINGS_MODULE'] = 'own_settings'
execute_from_command_line(['serve', 'migrate', '--verbosity', '0'])
execute_from_command_line(['serve', 'runserver', '--noreload', sys.argv[1]])
