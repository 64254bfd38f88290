#!/bin/sh
# The version of nginx, which is not always in PATH.
PATH=$PATH:/usr/sbin exec nginx -v
