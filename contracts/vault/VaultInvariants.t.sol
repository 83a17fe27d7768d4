// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {AuctionState} from "../interfaces/IAuction.sol";
import {MoodyToken, VaultFixture} from "./VaultFixture.t.sol";

/// Depositors, donors and keepers who do anything they may, and nothing that would revert.
contract VaultHandler is VaultFixture {
    bool private immutable isStormy;
    address[3] public owners = [alice, bob, makeAddr("carol")];

    constructor(bool isStormy_) {
        isStormy = isStormy_;
        setUp();
        _deposit(alice, 1000e6);
    }

    /// VLT-2: in each share there is as much as before, but for `dust` base units over all shares.
    modifier keepsNavPerShare(uint256 dust) {
        book.set(MARKET, _price());
        uint256 assets = vault.totalAssets() + 1;
        uint256 shares = vault.totalSupply() + 1e6;
        _;
        assertGe((vault.totalAssets() + 1 + dust) * shares, assets * (vault.totalSupply() + 1e6), "VLT-2");
    }

    function deposit(uint256 who, uint256 assets) external keepsNavPerShare(0) {
        _deposit(owners[who % 3], bound(assets, 0, 1e15));
    }

    function mint(uint256 who, uint256 shares) external keepsNavPerShare(0) {
        address owner = owners[who % 3];
        shares = bound(shares, 0, vault.previewDeposit(1e12));
        uint256 assets = vault.previewMint(shares);
        base.mint(owner, assets);

        vm.startPrank(owner);
        base.approve(address(vault), assets);
        vault.mint(shares, owner);
        vm.stopPrank();
    }

    function withdraw(uint256 who, uint256 assets) external keepsNavPerShare(0) {
        address owner = owners[who % 3];
        assets = bound(assets, 0, vault.maxWithdraw(owner));

        vm.prank(owner);
        vault.withdraw(assets, owner, owner);
    }

    function redeem(uint256 who, uint256 shares) external keepsNavPerShare(0) {
        address owner = owners[who % 3];
        shares = bound(shares, 0, vault.maxRedeem(owner));

        vm.prank(owner);
        vault.redeem(shares, owner, owner);
    }

    /// What is left of a position is valued anew, rounded down: one base unit.
    function exitInKind(uint256 who, uint256 shares, bool isBroken) external keepsNavPerShare(1) {
        address owner = owners[who % 3];
        shares = bound(shares, 0, vault.balanceOf(owner));
        if (isBroken) token.setMood(MoodyToken.Mood.Reverts);

        vm.prank(owner);
        vault.exitInKind(shares, owner, owner);
        token.setMood(MoodyToken.Mood.Kind);
    }

    function claim(uint256 who) external keepsNavPerShare(0) {
        address owner = owners[who % 3];
        if (vault.claimOf(owner, address(token)) == 0) return;

        vm.prank(owner);
        vault.claim(address(token), owner);
    }

    function transfer(uint256 from, uint256 to, uint256 shares) external keepsNavPerShare(0) {
        shares = bound(shares, 0, vault.balanceOf(owners[from % 3]));

        vm.prank(owners[from % 3]);
        vault.transfer(owners[to % 3], shares);
    }

    function donate(uint256 amount, bool isBase) external keepsNavPerShare(0) {
        MoodyToken donated = isBase ? base : token;
        donated.mint(address(vault), bound(amount, 0, isBase ? 1e12 : 1e21));
        vault.skim(address(donated));
    }

    function trade(uint256 vol, uint256 wait, uint256 part) external {
        book.set(MARKET, _price());
        _signal(int64(-int256(bound(vol, 0, 6 << 32))));
        if (vault.isDue(0)) vault.open(0);
        AuctionState memory lot = vault.openAuction(0);
        if (lot.round == 0) return;

        skip(bound(wait, 0, lot.start + 600 - block.timestamp));
        (, uint256 minAmount, uint256 maxAmount,) = vault.quoteFill(0, 0);
        if (maxAmount == 0) return;
        uint256 assets = vault.totalAssets();
        uint256 amount = bound(part, minAmount, maxAmount);
        _fill(amount);

        uint256 value = amount * _price() / 1e20; // at the oracle price; 18 + 8 - 20 = 6 decimals
        assertGe(vault.totalAssets() + 2, assets - value * 60 / 1e4, "VLT-5");
    }

    function move(uint256 seed) external {
        if (isStormy) book.set(MARKET, uint128(bound(seed, 200e8, 20_000e8)));
    }

    function _price() private view returns (uint128 price) {
        (price,,) = book.peek(MARKET);
    }

    function assertVLT1() external {
        book.set(MARKET, _price());
        uint256 shares = vault.balanceOf(owners[0]) + vault.balanceOf(owners[1]) + vault.balanceOf(owners[2]);
        assertEq(shares, vault.totalSupply(), "shares");
        assertLe(vault.convertToAssets(shares), vault.totalAssets(), "assets");

        uint256 claims;
        for (uint256 i; i < 3; ++i) {
            claims += vault.claimOf(owners[i], address(token));
        }
        assertGe(base.balanceOf(address(vault)), vault.idle(), "base asset");
        assertGe(token.balanceOf(address(vault)), vault.holding(0) + claims, "position token");
    }

    function assertVLT4() external {
        uint256 snapshot = vm.snapshotState();
        book.halt(MARKET);
        for (uint256 i; i < 3; ++i) {
            uint256 shares = vault.balanceOf(owners[i]);
            vm.prank(owners[i]);
            vault.exitInKind(shares, owners[i], owners[i]);
        }
        assertEq(vault.totalSupply(), 0);
        vm.revertToState(snapshot);
    }
}

abstract contract VaultInvariants is Test {
    VaultHandler private handler;

    function _target(bool isStormy) internal {
        handler = new VaultHandler(isStormy);
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = handler.deposit.selector;
        selectors[1] = handler.mint.selector;
        selectors[2] = handler.withdraw.selector;
        selectors[3] = handler.redeem.selector;
        selectors[4] = handler.exitInKind.selector;
        selectors[5] = handler.claim.selector;
        selectors[6] = handler.transfer.selector;
        selectors[7] = handler.donate.selector;
        selectors[8] = handler.trade.selector;
        selectors[9] = handler.move.selector;
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    /// VLT-2 and VLT-5 are asserted inside every call.
    function invariant_VLT1_ClaimsNeverExceedAssets() public {
        handler.assertVLT1();
    }

    function invariant_VLT4_EveryoneCanLeaveInKind() public {
        handler.assertVLT4();
    }
}

contract CalmVaultInvariants is VaultInvariants {
    function setUp() public {
        _target(false);
    }
}

contract StormyVaultInvariants is VaultInvariants {
    function setUp() public {
        _target(true);
    }
}
