# By email, whether the person is a member already or was only invited.
terraform import jmapcloud_member.ada ada@example.com

# In a map, and by the member's id.
terraform import 'jmapcloud_member.team["bruno@example.com"]' 'auth0|0123456789abcdef01234567'
