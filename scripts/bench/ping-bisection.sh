#!/bin/sh
# ping-bisection.sh FAMILY HOST: the script that is found in a hundred places, which halves an interval by ping -M do,
# one try and one second for each size. It stands for what people do today. The last line is "MTU n" or "host down".
family=$1
host=$2
if [ "$family" = 4 ]; then headers=28 low=548; else headers=48 low=1232; fi
high=$((1500 - headers))

fits() { ping "-$family" -n -q -M do -c 1 -W 1 -s "$1" "$host" > /dev/null 2>&1; }

if ! fits "$low"; then
  echo 'host down'
  exit 1
fi
if fits "$high"; then
  low=$high
fi
while [ $((high - low)) -gt 1 ]; do
  middle=$(((low + high) / 2))
  if fits "$middle"; then low=$middle; else high=$middle; fi
done
echo "MTU $((low + headers))"
