"""What part of a training a log covers: asked before any rule judges."""
