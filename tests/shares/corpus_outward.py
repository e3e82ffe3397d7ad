"""Addresses that must never be spoken to, each with what its name answers where it is a name."""

# As literals, in every spelling that some part of a system understands.
LITERALS = """
https://127.0.0.1/ https://127.1/ https://127.255.255.254/ https://2130706433/ https://0x7f000001/
https://0x7f.1/ https://0177.0.0.1/ https://017700000001/ https://0/ https://0.0.0.0/ https://0.1.2.3/
https://10.0.0.1/ https://10.255.255.255/ https://0xa000001/ https://167772161/ https://012.0.0.1/
https://100.64.0.1/ https://100.127.255.254/ https://169.254.169.254/latest/meta-data/ https://2852039166/
https://0xa9fea9fe/ https://169.254.1/ https://172.16.0.1/ https://172.31.255.254/ https://192.0.0.1/
https://192.0.0.170/ https://192.0.2.1/ https://192.88.99.1/ https://192.168.0.1/ https://192.168.1/
https://198.18.0.1/ https://198.19.255.255/ https://198.51.100.1/ https://203.0.113.1/ https://224.0.0.1/
https://239.255.255.250/ https://240.0.0.1/ https://255.255.255.255/
https://[::1]/ https://[::]/ https://[0:0:0:0:0:0:0:1]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/
https://[::ffff:10.0.0.1]/ https://[::ffff:169.254.169.254]/ https://[::ffff:0:127.0.0.1]/ https://[::127.0.0.1]/
https://[::10.0.0.1]/ https://[64:ff9b::127.0.0.1]/ https://[64:ff9b::a00:1]/ https://[64:ff9b::169.254.169.254]/
https://[64:ff9b:1::a00:1]/ https://[2002:7f00:1::]/ https://[2002:a00:1::1]/ https://[2002:a9fe:a9fe::]/
https://[2001:0:7f00:1::]/ https://[2001::1]/ https://[2001:10::1]/ https://[2001:20::1]/ https://[2001:db8::1]/
https://[3fff::1]/ https://[fc00::1]/ https://[fd00:ec2::254]/ https://[fdff::1]/ https://[fe80::1]/
https://[febf::1]/ https://[fec0::1]/ https://[ff02::1]/ https://[ff0e::1]/ https://[100::1]/ https://[5f00::1]/
https://localhost/ https://LOCALHOST/ https://localhost./ https://ip6-localhost/
""".split()  # noqa: SIM905 - one a line would be pages

# What is wrong with the address itself, whatever its host answers.
SPELLINGS = [
    "http://public.test/",
    "ftp://public.test/",
    "file:///etc/passwd",
    "gopher://public.test/",
    "javascript:alert(1)",
    "//public.test/",
    "public.test",
    "",
    "https://",
    "https:///path",
    "https:public.test",
    "https://user@public.test/",
    "https://user:password@public.test/",
    "https://public.test@127.0.0.1/",
    "https://127.0.0.1@public.test/",
    "https://public.test\\@127.0.0.1/",
    "https://public.test\\.local/",
    "https://public.test /",
    "https://public.test/a b",
    "https://public.test/\r\nHost: local",
    "https://public.test\n/",
    "https://public.test\t/",
    "https://public.test/\0",
    "https://pub\u200blic.test/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://ⓛocalhost/",
    "https://public.test:80/",
    "https://public.test:22/",
    "https://public.test:0/",
    "https://public.test:8443/",
    "https://public.test:65536/",
    "https://public.test:-1/",
    "https://public.test:443x/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://::1/",
]

# What a name answers. One address that is not public is enough.
ANSWERS = [
    ["127.0.0.1"],
    ["10.1.2.3"],
    ["169.254.169.254"],
    ["::1"],
    ["::ffff:192.168.0.1"],
    ["64:ff9b::7f00:1"],
    ["fe80::1%1"],
    ["93.184.215.14", "127.0.0.1"],
    ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"],
    ["93.184.215.14", "fd00::1"],
    [],
]
