"""Who may see and do what. One table of roles and grants; everything else derives from it."""
