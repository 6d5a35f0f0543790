"""How the tables came to be, one numbered file a change; `hub migrate` applies what is missing."""
