"""What a Flask site has before it learns single sign-on."""
from flask import Flask, session

app = Flask(__name__)
