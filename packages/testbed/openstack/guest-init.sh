#!/bin/sh
# The first and only process of a test guest. It reads the config drive (label config-2, OpenStack's layout) and prints on
# the console, one line each, contents in base64:
#   GUEST meta_data <content>       GUEST user_data <content>       GUEST network_data <content>
#   GUEST key <name> <public key>   GUEST file <path> <content>     GUEST end
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
# The kernel's own lines must not cut ours in two.
dmesg -n 1
for module in $(cat /modules/order); do insmod "/modules/$module"; done

say() { echo "GUEST $*"; }
content() { base64 "$1" | tr -d '\n'; }

say booted
mkdir -p /config
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  device=$(findfs LABEL=config-2 2>/dev/null) && mount -t iso9660 -o ro "$device" /config && break
  sleep 0.25
done

latest=/config/openstack/latest
for name in meta_data user_data network_data; do
  for file in "$latest/$name" "$latest/$name.json"; do
    [ -f "$file" ] && say "$name $(content "$file")"
  done
done

# The value of one key of the metadata, without the brackets around it. Python writes it in one line, with blanks after
# commas and colons.
inside() { { tr -d '\n' <"$latest/meta_data.json"; echo; } | sed -n "s/.*\"$1\": $2\\([^$3]*\\)$3.*/\\1/p"; }

inside public_keys '{' '}' | sed 's/", "/"\n"/g' | sed -n 's/^"\([^"]*\)": "\(.*\)"$/\1 \2/p' | sed 's/\\n$//' |
  while read -r key; do say "key $key"; done

inside files '\[' ']' | sed 's/}, {/}\n{/g' | while read -r entry; do
  path=$(echo "$entry" | sed -n 's/.*"path": "\([^"]*\)".*/\1/p')
  where=$(echo "$entry" | sed -n 's/.*"content_path": "\([^"]*\)".*/\1/p')
  [ -n "$path" ] && say "file $path $(content "/config/openstack$where")"
done
say end
while :; do sleep 60; done
